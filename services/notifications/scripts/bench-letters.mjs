// Letters a second of one core's time, half in Chinese, half in English, each to another person. Prints one line of JSON.
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { letterPress } from '../dist/letters/letter-press.js';
import { loadLists, shippedTemplates } from '../dist/templates/load-templates.js';
import { samplesOf } from '../dist/templates/shape.js';
import { renderMessage } from '../dist/templates/template.js';

const folder = fileURLToPath(new URL('../templates', import.meta.url));
const shipped = shippedTemplates(folder, loadLists(), '2026-11-23T02:00:00Z').find(
  ({ content }) => content.channel === 'letter',
);
const template = { ...shipped.content, version: shipped.version };

/** Text and all, as the sender makes it. */
function letter(number) {
  const language = number % 2 === 0 ? 'zh' : 'en';
  const reference = `C-${number.toString(36).toUpperCase().padStart(4, '0')}`;
  const salutation = language === 'zh' ? `示例客户${number}` : `Mr Synthetic ${number}`;
  const text = renderMessage(template, language, { ...samplesOf(template), reference, salutation });
  const address = language === 'zh' ? `上海市浦东新区示例路 ${number} 号` : `${number} Example Road\nShanghai`;
  const creditor = language === 'zh' ? '示例银行' : 'Example Bank';
  const salt = number.toString(16).padStart(64, '0');
  return { language, text, creditor, addressee: salutation, address, date: '2026-11-23', reference, salt };
}

// Counted by the processor time of this process, so that a busy machine does not make the press look slow.
const usedMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const begun = performance.now();
const press = letterPress();
press.render(letter(0));
const firstMs = performance.now() - begun;

let number = 1;
async function run(ms) {
  const from = number;
  const start = usedMs();
  while (usedMs() - start < ms) {
    press.render(letter(number++));
    // As in a service: between two letters others have their turn, and memory is given back.
    await turn();
  }
  return { letters: number - from, ms: usedMs() - start };
}
await run(500);
const before = process.memoryUsage().rss;
const { letters, ms } = await run(3000);
const grownMiB = (process.memoryUsage().rss - before) / 1024 / 1024;
process.stdout.write(
  `${JSON.stringify({ lettersPerSecond: Math.round((letters / ms) * 1000), msEach: ms / letters, firstMs, grownMiB })}\n`,
);
