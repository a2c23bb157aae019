// The command palette: search and commands from anywhere.
import { escaped } from "./list.mjs";

/** Its window. */
export const palette = ({ page, t }) => page.getByRole("dialog", { name: t("palette.title") });

/** The line one types into. */
export const line = (visitor) => palette(visitor).getByRole("combobox");

/** An entry, by how it begins. */
export const entry = (visitor, text) =>
  palette(visitor).getByRole("option", { name: new RegExp(`^${escaped(text)}(\\s|$)`) });
