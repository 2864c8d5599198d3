/**
 * Each pair of ink and ground that the page shows, with its contrast (WCAG 2.2, 1.4.3 and 1.4.11).
 *
 * @param lines selectors of lines that carry meaning; each must be there
 * @param areas selectors of areas that carry meaning by their own colour
 */
export const contrasts = (lines: readonly string[], areas: readonly string[] = []): string => `(() => {
  const numbers = (color) => color.match(/[\\d.]+/g).slice(0, 3).map((part) => Number(part) * (color.startsWith('color(') ? 255 : 1));
  const luminance = (color) => {
    const [r, g, b] = numbers(color).map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };
  const ground = getComputedStyle(document.body).backgroundColor;
  const wash = document.querySelector('.total .wash');
  const groundOf = (each) => {
    if (each === null || each.closest('svg') !== null) return ground;
    const own = getComputedStyle(each).backgroundColor;
    return /, 0\\)$|transparent/.test(own) ? groundOf(each.parentElement) : own;
  };
  const found = new Map();
  for (const each of document.querySelectorAll('body *')) {
    const own = [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
    const style = getComputedStyle(each);
    const drawn = each.localName === 'use';
    if ((!own && !drawn) || each.localName === 'title') continue;
    const ink = each.closest('svg') === null ? style.color : style.fill;
    const under = each.matches('text.harm') ? getComputedStyle(wash).fill : groundOf(each);
    const key = [ink, under, drawn].join(' ');
    if (!found.has(key)) found.set(key, { text: drawn ? each.outerHTML : each.textContent.slice(0, 40), ratio: contrast(ink, under), needed: drawn ? 3 : 4.5 });
  }
  for (const selector of ${JSON.stringify(lines)})
    found.set(selector, { text: selector, ratio: contrast(getComputedStyle(document.querySelector(selector)).stroke, ground), needed: 3 });
  for (const selector of ${JSON.stringify(areas)})
    found.set(selector, { text: selector, ratio: contrast(getComputedStyle(document.querySelector(selector)).fill, ground), needed: 3 });
  return [...found.values()];
})()`;

/** Elements that reach beyond the window's right edge. */
export const OVERFLOWING = `(() => {
  const width = document.documentElement.clientWidth;
  return [...document.querySelectorAll('body *')]
    .filter((each) => each.closest('defs') === null && each.getBoundingClientRect().right > width + 1)
    .map((each) => each.outerHTML.slice(0, 120));
})()`;

export const HEADINGS = `[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((each) => Number(each.localName[1]))`;

/** Ids used twice, labels that point nowhere, drawings and sections without a name. */
export const UNLABELLED = `(() => {
  const ids = [...document.querySelectorAll('[id]')].map((each) => each.id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  const nameless = [...document.querySelectorAll('section, [role=img]')].filter((each) => {
    const by = each.getAttribute('aria-labelledby');
    return by === null ? !each.getAttribute('aria-label') : !document.getElementById(by)?.textContent.trim();
  });
  const dead = [...document.querySelectorAll('a[href^="#"], use')].filter((each) => document.getElementById(each.getAttribute('href').slice(1)) === null);
  return [...twice, ...nameless.concat(dead).map((each) => each.outerHTML.slice(0, 120))];
})()`;

export const FOCUS_OUTLINE = `(() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  return [document.activeElement.tagName, outlineStyle, outlineWidth].join(' ');
})()`;
