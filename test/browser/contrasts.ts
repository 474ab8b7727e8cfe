// How well the text of the page can be read, measured in the browser.

/** Contrast of text to what is behind it (WCAG 2.2, relative luminance), computed in the page. */
export const CONTRASTS = `(() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
    const v = c[i] / 255;
    return sum + weight * (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  }, 0);
  const behind = (node) => {
    const c = rgb(getComputedStyle(node).backgroundColor);
    return c[3] === 0 ? behind(node.parentElement) : c;
  };
  const contrast = (node) => {
    const [a, b] = [light(rgb(getComputedStyle(node).color)), light(behind(node))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  return ['.lead', '.count', '.tally span', '#do-count', '#do-tamper', '#do-forget', '#result', '#size', '.token .name',
    '.token .header', '.token .payload', '.token .signature', '.part.header h3', '.part.payload h3', '.part.signature h3',
    '.part pre', '.part p', '#verdict', '.notes p', '#token mark', '#payload mark']
    .flatMap((s) => [...document.querySelectorAll(s)].map((node) => [s, contrast(node)]));
})()`;
