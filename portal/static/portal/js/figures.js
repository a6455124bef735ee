// Figures as text, exactly as the server writes them: tests/portal/test_assets.py holds the two equal.

const NOTHING = null;
// From how many yuan on, in which unit, with how many decimals: portal/wording.py has the same steps.
const STEPS = {
  zh: [[100_000_000, "亿元", 2], [10_000, "万元", 2]],
  en: [[1_000_000_000, "billion yuan", 2], [1_000_000, "million yuan", 2], [1, "yuan", 0]],
};
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/** "en" on an English page, else "zh". */
export function pageLanguage() {
  return globalThis.document?.documentElement.lang === "en" ? "en" : "zh";
}

/** An integer of 10^-decimals as text with thousands apart: (326592, 2) -> "3,265.92". */
function grouped(count, decimals) {
  const digits = String(count).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ",");
  return decimals ? `${whole}.${digits.slice(-decimals)}` : whole;
}

function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}

/**
 * Yuan as 万元, from one 亿 on as 亿元; in English as yuan, million and billion yuan. Half up; null when there is no
 * number. Counts in fen, because a binary fraction would round 0.125 to either side.
 * @param {number|null|undefined} yuan  @param {"zh"|"en"} [language]
 */
export function moneyText(yuan, language = pageLanguage()) {
  if (!isNumber(yuan)) return NOTHING;
  const steps = STEPS[language];
  const fen = Math.round(Math.abs(yuan) * 100);
  const [size, unit, decimals] = steps.find(([from]) => fen >= from * 100) ?? steps.at(-1);
  const part = (size * 100) / 10 ** decimals;
  const parts = Math.floor((fen + part / 2) / part);
  return `${yuan < 0 && parts > 0 ? "-" : ""}${grouped(parts, decimals)} ${unit}`;
}

/** 62.34 -> "62.3%"; null when there is no number. */
export function percentText(percent) {
  if (!isNumber(percent)) return NOTHING;
  const tenths = Math.floor(Math.abs(percent) * 10 + 0.5 + 1e-9);
  return `${percent < 0 && tenths > 0 ? "-" : ""}${grouped(tenths, 1)}%`;
}

/** The number of complaints as the public may know it: "0", "<5" or a number -> words; null when nothing is known. */
export function bandText(band, language = pageLanguage()) {
  if (band === null || band === undefined) return NOTHING;
  const english = language === "en";
  if (band === "0") return english ? "no complaints" : "没有投诉";
  if (band === "<5") return english ? "fewer than 5" : "少于 5 件";
  return english ? `${band} complaints` : `${band} 件`;
}

/** "2026-03-18" (or a longer ISO instant) -> "2026年3月18日" or "18 March 2026"; null when it is not a date. */
export function dateText(iso, language = pageLanguage()) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso ?? "");
  if (!parts) return NOTHING;
  const [year, month, day] = parts.slice(1).map(Number);
  return language === "en" ? `${day} ${MONTHS[month - 1]} ${year}` : `${year}年${month}月${day}日`;
}
