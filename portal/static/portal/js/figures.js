// Figures as text, exactly as geodata/figures.py writes them (tests/portal/test_assets.py holds the two equal).

const YI = 100_000_000;
const WAN = 10_000;

/** 3265.925 -> "3,265.93": two decimals, half away from zero, thousands apart. */
function grouped(value, decimals) {
  const [whole, fraction] = value.toFixed(decimals).split(".");
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction ? `${text}.${fraction}` : text;
}

/** Yuan as 万元, from one 亿 on as 亿元; null when there is no number. */
export function moneyText(yuan) {
  if (typeof yuan !== "number" || !Number.isFinite(yuan)) return null;
  const sign = yuan < 0 ? "-" : "";
  const amount = Math.abs(yuan);
  if (amount >= YI) return `${sign}${grouped(amount / YI, 2)}亿元`;
  return `${sign}${grouped(amount / WAN, 2)}万元`;
}

/** 62.34 -> "62.3%"; null when there is no number. */
export function percentText(percent) {
  if (typeof percent !== "number" || !Number.isFinite(percent)) return null;
  return `${grouped(percent, 1)}%`;
}

/** "2026-03-18" (or a longer ISO instant) -> "2026年3月18日"; null when it is not a date. */
export function dateText(iso) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso ?? "");
  return parts ? `${parts[1]}年${Number(parts[2])}月${Number(parts[3])}日` : null;
}
