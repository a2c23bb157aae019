// The words on screen, read from the same catalogues the application is built from: a journey says what it
// looks for by key, so that it runs in both languages and does not break when a wording gets better.
import { readFileSync } from "node:fs";
import { parse } from "smol-toml";

const FOLDER = new URL("../../app/i18n/", import.meta.url);
const catalogues = Object.fromEntries(
  ["en", "zh-CN"].map((lang) => [lang, parse(readFileSync(new URL(`${lang}.toml`, FOLDER), "utf8"))]),
);

/** 12345 as "12,345". */
export const grouped = (n) => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ",");

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * The words in one language.
 * `t("common.save")`, `t("list.count", { n: 3 })`; `t.like("toast.deleted")` is a pattern where any value may stand.
 */
export function texts(lang) {
  const look = (key) => {
    const found = key.split(".").reduce((part, name) => part?.[name], catalogues[lang]);
    if (found === undefined) throw new Error(`${lang}.toml has no ${key}`);
    return found;
  };
  const template = (key, n) => {
    const found = look(key);
    if (typeof found === "string") return found;
    if (typeof found.other !== "string") throw new Error(`${key} is a group of texts`);
    return lang === "en" && n === 1 ? found.one : found.other;
  };
  const t = (key, given = {}) =>
    template(key, given.n).replace(/\{(\w+)\}/g, (whole, name) => {
      if (!(name in given)) throw new Error(`${key} needs ${name}`);
      return typeof given[name] === "number" ? grouped(given[name]) : String(given[name]);
    });
  t.lang = lang;
  /** Any of the forms of a text, with `given` filled in and anything else open; the whole of a line. */
  t.like = (key, given = {}) => new RegExp(`^\\s*${t.part(key, given).source}\\s*$`);
  /** The same, anywhere in a line. */
  t.part = (key, given = {}) => {
    const found = look(key);
    const forms = typeof found === "string" ? [found] : Object.values(found);
    const sources = forms.map((form) =>
      form
        .split(/\{(\w+)\}/)
        .map((piece, at) => {
          if (at % 2 === 0) return escaped(piece);
          if (!(piece in given)) return "(.+?)";
          return escaped(typeof given[piece] === "number" ? grouped(given[piece]) : String(given[piece]));
        })
        .join(""),
    );
    return new RegExp(sources.length === 1 ? sources[0] : `(?:${sources.join("|")})`);
  };
  return t;
}
