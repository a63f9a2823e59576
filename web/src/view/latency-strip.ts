import { html, svg, type TemplateResult } from "lit-html";
import { latencySummary, type Latencies } from "../demo/latency.ts";

const width = 200;
const height = 28;

/** The times from edits at Google until they are visible on this page. */
export function latencyStrip(latencies: Latencies): TemplateResult {
  const summary = latencySummary(latencies);
  return html`<section class="latency" aria-label="Edit to visible">
    <h2>
      Edit at Google <span aria-hidden="true">→</span><span class="visually-hidden">to</span> visible here
    </h2>
    ${
      summary
        ? html`<output class="latest"><b>${ms(summary.last)}</b></output>
            ${sparkline(latencies)}
            <span class="quiet"
              >last ${latencies.length} · median ${ms(summary.median)} · 95 % ≤ ${ms(summary.p95)}</span
            >`
        : html`<span class="quiet">waiting for the first edit</span>`
    }
  </section>`;
}

function sparkline(latencies: Latencies): TemplateResult {
  const top = Math.max(...latencies, 1);
  const step = width / 50;
  return html`<svg
    class="sparkline"
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label=${`The last ${latencies.length} edits, between ${ms(Math.min(...latencies))} and ${ms(top)}`}
  >
    ${latencies.map((value, n) => {
      const bar = Math.max(2, (value / top) * height);
      return svg`<rect x=${width - (latencies.length - n) * step} y=${height - bar} width=${step - 1} height=${bar} rx="1" />`;
    })}
  </svg>`;
}

function ms(value: number): string {
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}
