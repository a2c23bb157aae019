// How a visitor looks at Rapport: size of the window, finger or mouse, language, theme.

export const SIZES = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  tablet: { viewport: { width: 820, height: 1180 }, hasTouch: true, isMobile: true },
  desktop: { viewport: { width: 1440, height: 900 }, hasTouch: false, isMobile: false },
};

const LOOKS = [
  ["en", "light"],
  ["zh-CN", "dark"],
  ["zh-CN", "light"],
  ["en", "dark"],
];

/** One way to look at it. */
export function face(size, lang, theme) {
  return { size, lang, theme, ...SIZES[size], title: `${size}, ${lang}, ${theme}` };
}

/** A phone and a desktop, for what an administrator does: tablets show the desktop's or the phone's form of it. */
export function phoneAndDesktop(turn = 0) {
  return faces(turn).filter((look) => look.size !== "tablet");
}

/** All three sizes. `turn` shifts languages and themes, so that different journeys see different combinations. */
export function faces(turn = 0) {
  return Object.keys(SIZES).map((size, at) => face(size, ...LOOKS[(at + turn) % LOOKS.length]));
}
