namespace EmrSim.Tests.Reporting.Support;

/// <summary>What is measured within a page.</summary>
public static class PageScripts
{
    /// <summary>Names what is wider than the page, or sticks out of it other than within a box that scrolls; nothing when all fits.</summary>
    public const string Overflowing =
        """
        () => {
          const root = document.documentElement;
          const out = [...document.querySelectorAll('body *')].filter(e => {
            if (e.closest('.scroll, .skip, .vh, .sprite, #verdict-heading') && !e.matches('.scroll')) return false;
            const box = e.getBoundingClientRect();
            return box.width > 0 && (box.right > root.clientWidth + 0.5 || box.left < -0.5);
          }).map(e => `${e.localName}.${e.getAttribute('class')}`);
          const cut = [...document.querySelectorAll('.card, .event, figure, td, dd')].filter(e =>
            !e.closest('.scroll') && e.scrollWidth > e.clientWidth + 1).map(e => `cut: ${e.localName} ${e.textContent.slice(0, 60)}`);
          if (root.scrollWidth > root.clientWidth) out.push(`page ${root.scrollWidth} > ${root.clientWidth}`);
          return [...out, ...cut].slice(0, 10).join('; ');
        }
        """;

    /// <summary>The contrast of every text with what lies behind it, by the formula of WCAG 2; of a pattern the worst colour counts.</summary>
    public const string Contrasts =
        """
        () => {
          const parse = c => { const n = c.match(/[\d.]+/g).map(Number); return { r: n[0], g: n[1], b: n[2], a: n[3] ?? 1 }; };
          const light = ({ r, g, b }) => {
            const f = v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
            return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b);
          };
          const ratio = (x, y) => { const [a, b] = [light(x), light(y)].sort((p, q) => q - p); return (a + 0.05) / (b + 0.05); };
          const behind = e => {
            for (; e; e = e.parentElement) {
              const style = getComputedStyle(e);
              const pattern = style.backgroundImage.match(/rgba?\([^)]*\)/g);
              if (pattern) return pattern.map(parse);
              const color = parse(style.backgroundColor);
              if (color.a === 1) return [color];
              if (color.a > 0) throw new Error('a half-transparent background');
            }
            return [{ r: 255, g: 255, b: 255 }];
          };
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const found = [];
          while (walker.nextNode()) {
            const text = walker.currentNode.textContent.trim();
            const e = walker.currentNode.parentElement;
            if (!text || !e.checkVisibility() || e.closest('title, desc, .sprite')) continue;
            const style = getComputedStyle(e);
            const color = parse(e instanceof SVGElement ? style.fill : style.color);
            found.push({ text, ratio: Math.min(...behind(e).map(b => ratio(color, b))) });
          }
          return found;
        }
        """;
}
