import type { Page } from "playwright-core";

/** The contrast of a text on its background, from 1 to 21 (WCAG 2.2, "contrast ratio"). */
export interface TextContrast {
  readonly text: string;
  readonly ratio: number;
}

/**
 * The contrast of the texts in the visible events. axe does not measure them, because their backgrounds contain images
 * (the strip and the patterns). Here the colour below the images counts. `selector` chooses among the events.
 */
export async function eventContrasts(page: Page, selector = "[data-event]"): Promise<TextContrast[]> {
  return await page.evaluate<TextContrast[]>(`(() => {
    const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
      .getContext("2d", { willReadFrequently: true });
    const parts = color => {
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
      return { rgb: [red, green, blue], alpha: alpha / 255 };
    };
    const over = ({ rgb, alpha }, below) => rgb.map((value, n) => value * alpha + below[n] * (1 - alpha));
    const background = element =>
      element === null
        ? [255, 255, 255]
        : over(parts(getComputedStyle(element).backgroundColor), background(element.parentElement));
    const linear = value => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const luminance = rgb =>
      rgb.reduce((sum, value, n) => sum + [0.2126, 0.7152, 0.0722][n] * linear(value / 255), 0);
    const ratio = (one, other) => {
      const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
      return (light + 0.05) / (dark + 0.05);
    };
    const texts = ".fc-event-title, .fc-event-time, .fc-list-event-title a, .fc-list-event-time, .state, .hours";
    return [...document.querySelectorAll("${selector}")].flatMap(event =>
      [...event.querySelectorAll(texts)]
        .filter(element => element.checkVisibility() && element.textContent !== "")
        .map(element => {
          const behind = background(element);
          const text = event.textContent + ": " + element.className;
          return { text, ratio: ratio(over(parts(getComputedStyle(element).color), behind), behind) };
        }),
    );
  })()`);
}
