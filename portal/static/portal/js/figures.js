// Figures as text, exactly as the server writes them: tests/portal/test_assets.py holds the two equal.

const NOTHING = null;
const FEN_PER_YI = 10_000_000_000;
const FEN_PER_WAN = 1_000_000;

/** An integer of hundredths (or tenths) as text with thousands apart: 326592 -> "3,265.92". */
function grouped(count, decimals) {
  const digits = String(count).padStart(decimals + 1, "0");
  const whole = digits.slice(0, -decimals).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${whole}.${digits.slice(-decimals)}`;
}

function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}

/**
 * Yuan as 万元, from one 亿 on as 亿元, two decimals, half up; null when there is no number. Counts in fen, because a
 * binary fraction would round 0.125 to either side.
 * @param {number|null|undefined} yuan  @param {{wan: string, yi: string}} units words of the page's language
 */
export function moneyText(yuan, units) {
  if (!isNumber(yuan)) return NOTHING;
  const fen = Math.round(Math.abs(yuan) * 100);
  const [size, unit] = fen >= FEN_PER_YI ? [FEN_PER_YI, units.yi] : [FEN_PER_WAN, units.wan];
  const hundredths = Math.floor((fen + size / 200) / (size / 100));
  const sign = yuan < 0 && hundredths > 0 ? "-" : "";
  return `${sign}${grouped(hundredths, 2)} ${unit}`;
}

/** 62.34 -> "62.3%"; null when there is no number. */
export function percentText(percent) {
  if (!isNumber(percent)) return NOTHING;
  const tenths = Math.floor(Math.abs(percent) * 10 + 0.5 + 1e-9);
  return `${percent < 0 && tenths > 0 ? "-" : ""}${grouped(tenths, 1)}%`;
}

/** "2026-03-18" (or a longer ISO instant) -> "2026年3月18日"; null when it is not a date. */
export function dateText(iso) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso ?? "");
  return parts ? `${parts[1]}年${Number(parts[2])}月${Number(parts[3])}日` : NOTHING;
}
