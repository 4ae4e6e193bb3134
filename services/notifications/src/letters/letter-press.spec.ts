import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { extractText, getDocumentProxy } from 'unpdf';
import { loadLists, shippedTemplates } from '../templates/load-templates.js';
import { languages, samplesOf } from '../templates/shape.js';
import { renderMessage, type Block } from '../templates/template.js';
import { letterPress, LetterUnprintable, type Letter } from './letter-press.js';

const press = letterPress();

const debtTable = (language: 'zh' | 'en', count: number): Block => ({
  kind: 'table',
  head:
    language === 'zh'
      ? ['账户', '应还金额', '截至日期', '逾期天数']
      : ['Account', 'Amount due', 'As of', 'Days past due'],
  right: [false, true, false, true],
  rows: Array.from({ length: count }, (_, at) => {
    const name = `${language === 'zh' ? '尾号' : 'no.'} ${String(at + 1).padStart(4, '0')}`;
    return [name, 'CNY 1,200.00', language === 'zh' ? '2026年11月23日' : '23 November 2026', '15'];
  }),
});
const paragraph = (text: string): Block => ({ kind: 'paragraph', text });

function chinese(over: Partial<Letter> = {}, debts = 2): Letter {
  return {
    language: 'zh',
    creditor: '示例银行股份有限公司',
    addressee: '示例客户',
    address: '200120 上海市浦东新区示例路 100 号 1001 室',
    date: '2026-11-23',
    reference: 'C-7Q2F',
    complaintChannel: '400-800-0000',
    salt: 'a1'.repeat(32),
    returnAddress: '200121 上海市浦东新区样本大道 1 号',
    text: {
      subject: '还款催告函（编号 C-7Q2F）',
      blocks: [
        paragraph('示例客户：'),
        paragraph('截至2026年11月23日，您合计应还 CNY 2,400.00：'),
        debtTable('zh', debts),
        paragraph('如您对上述账款有异议，请与我们联系。'),
      ],
      closing: ['示例银行股份有限公司', '2026年11月23日'],
    },
    ...over,
  };
}

function english(over: Partial<Letter> = {}, debts = 2): Letter {
  return {
    language: 'en',
    creditor: 'Example Bank plc',
    addressee: 'Mr S. Synthetic',
    address: '100 Example Road, Apartment 1001\nPudong New Area\n200120 Shanghai',
    date: '2026-11-23',
    reference: 'C-7Q2F',
    complaintChannel: '400-800-0000',
    salt: 'a1'.repeat(32),
    text: {
      subject: 'Demand for payment (reference C-7Q2F)',
      blocks: [
        paragraph('Dear Mr Synthetic,'),
        paragraph('as of 23 November 2026 the sum of CNY 2,400.00 is due:'),
        debtTable('en', debts),
        paragraph('If you do not agree with these amounts, please contact us.'),
      ],
      closing: ['Example Bank plc', '23 November 2026'],
    },
    ...over,
  };
}

/** What can be selected and copied, page by page, without the blanks that a reader makes up between glyphs. */
async function textOf(pdf: Buffer): Promise<string[]> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf)), { mergePages: false });
  return text.map((page) => page.replaceAll(/\s+/g, ''));
}
const printed = async (letter: Letter) => (await textOf(press.render(letter).pdf)).join('\n');
const plain = (text: string) => text.replaceAll(/\s+/g, '');

describe('a letter', () => {
  it('in Chinese says all that it has to, as text that can be selected', async () => {
    const page = await printed(chinese());
    for (const text of [
      '示例银行股份有限公司·200121上海市浦东新区样本大道1号',
      '200120上海市浦东新区示例路100号1001室',
      '示例客户（收）',
      '编号C-7Q2F',
      '日期2026年11月23日',
      '咨询与投诉400-800-0000',
      '还款催告函（编号C-7Q2F）',
      '示例客户：',
      '您合计应还CNY2,400.00：',
      '账户应还金额截至日期逾期天数',
      '尾号0001CNY1,200.002026年11月23日15',
      '尾号0002CNY1,200.002026年11月23日15',
      '如您对上述账款有异议，请与我们联系。',
      '第1页，共1页',
    ])
      expect(page).toContain(text);
  });

  it('in English too, the addressee before the address', async () => {
    const page = await printed(english());
    for (const text of [
      'Mr S. Synthetic 100 Example Road, Apartment 1001 Pudong New Area 200120 Shanghai',
      'Reference C-7Q2F',
      'Date 23 November 2026',
      'Questions and complaints 400-800-0000',
      'Demand for payment (reference C-7Q2F)',
      'Dear Mr Synthetic,',
      'the sum of CNY 2,400.00 is due:',
      'Account Amount due As of Days past due',
      'no. 0002 CNY 1,200.00 23 November 2026 15',
      'If you do not agree with these amounts, please contact us.',
      'Page 1 of 1',
    ])
      expect(page).toContain(plain(text));
  });

  it('leaves out what it was not given', async () => {
    const { reference: _reference, complaintChannel: _channel, returnAddress: _address, ...bare } = chinese();
    const page = await printed(bare);
    expect(page).not.toContain('咨询与投诉');
    expect(page.match(/编号/g)).toHaveLength(1);
    expect(page).not.toMatch(/none|null|undefined/);
  });

  it('goes on as many pages as it needs: head of the table, creditor, reference and page number on each', async () => {
    for (const letter of [chinese({}, 120), english({}, 120)]) {
      const { pdf, pages } = press.render(letter);
      const text = await textOf(pdf);
      expect(pages).toBe(text.length);
      expect(pages).toBeGreaterThan(3);
      const rows = text.map((page) => page.match(/(尾号|no\.)\d{4}/g)?.length ?? 0);
      expect(rows.reduce((sum, count) => sum + count, 0)).toBe(120);
      text.forEach((page, index) => {
        expect(page).toContain(plain(letter.creditor));
        expect(page).toContain('C-7Q2F');
        expect(page).toContain(
          letter.language === 'zh' ? `第${index + 1}页，共${pages}页` : `Page${index + 1}of${pages}`,
        );
        if ((rows[index] ?? 0) > 0) expect(page).toContain(letter.language === 'zh' ? '应还金额' : 'Amountdue');
      });
    }
  });

  it('never has its signature alone on the last page', async () => {
    for (let debts = 8; debts < 24; debts++) {
      const text = await textOf(press.render(chinese({}, debts)).pdf);
      expect(text.at(-1)).toContain('如您对上述账款有异议');
    }
  });
});

describe('every letter that comes with the product', () => {
  const folder = fileURLToPath(new URL('../../templates', import.meta.url));
  const letters = shippedTemplates(folder, loadLists(), '2026-11-23T02:00:00Z')
    .map(({ content, version }) => ({ ...content, version }))
    .filter(({ channel }) => channel === 'letter');

  it('is printed on one page in both languages, every sentence of it', async () => {
    expect(letters.length).toBeGreaterThan(0);
    for (const template of letters) {
      for (const language of languages) {
        const text = renderMessage(template, language, samplesOf(template));
        if (text.channel !== 'letter') throw new Error('a letter was rendered as something else');
        const { pdf, pages } = press.render({ ...(language === 'zh' ? chinese() : english()), text });
        expect(pages).toBe(1);
        const page = (await textOf(pdf)).join('\n');
        for (const block of text.blocks)
          for (const words of block.kind === 'paragraph' ? [block.text] : block.rows.flat())
            expect(page).toContain(plain(words));
      }
    }
  });
});

describe('the file', () => {
  it('is the same, byte for byte, whenever and wherever the letter is printed, and another for another letter', () => {
    const first = press.render(chinese());
    press.render(english());
    const again = press.render(chinese());
    const elsewhere = letterPress().render(chinese());
    expect(again.pdf.equals(first.pdf)).toBe(true);
    expect(elsewhere.pdf.equals(first.pdf)).toBe(true);
    expect(first.fileHash).toBe(createHash('sha256').update(first.pdf).digest('hex'));
    expect(press.render(chinese({ addressee: '示例客户二' })).fileHash).not.toBe(first.fileHash);
    expect(press.render(chinese({ date: '2026-11-24' })).fileHash).not.toBe(first.fileHash);
  });

  it('holds the salt of its letter unseen, without which the same words make another file', async () => {
    const first = press.render(chinese());
    const other = press.render(chinese({ salt: 'b2'.repeat(32) }));
    expect(other.fileHash).not.toBe(first.fileHash);
    expect(first.pdf.toString('latin1')).toContain('a1'.repeat(32));
    expect((await textOf(first.pdf)).join('')).toBe((await textOf(other.pdf)).join(''));
    expect((await textOf(first.pdf)).join('')).not.toContain('a1a1');
  });

  it('is PDF/A-2b: it says so, has all fonts inside, and neither scripts, links, nor encryption', () => {
    const raw = press.render(chinese()).pdf.toString('latin1');
    const count = (pattern: RegExp) => raw.match(pattern)?.length ?? 0;
    expect(raw.slice(0, 8)).toBe('%PDF-1.7');
    expect(count(/<pdfaid:part>2<\/pdfaid:part><pdfaid:conformance>B</g)).toBe(1);
    expect(count(/\/S \/GTS_PDFA1/g)).toBe(1);
    expect(count(/\/Type \/FontDescriptor/g)).toBe(2);
    expect(count(/\/FontFile[23] /g)).toBe(2);
    expect(count(/\/ToUnicode /g)).toBe(2);
    expect(count(/\/JavaScript|\/JS |\/URI |\/Encrypt |\/EmbeddedFile/g)).toBe(0);
  });

  it('names title, creditor, language and date; the debtor’s name stands on the paper alone', () => {
    const raw = press.render(english()).pdf.toString('latin1');
    const has = (text: string) => raw.includes(text);
    expect(has('<rdf:li xml:lang="x-default">Demand for payment (reference C-7Q2F)<')).toBe(true);
    expect(has('<dc:creator><rdf:Seq><rdf:li>Example Bank plc<')).toBe(true);
    expect(has('/Lang (en)')).toBe(true);
    expect(has('<xmp:CreateDate>2026-11-23<')).toBe(true);
    expect(has('Synthetic')).toBe(false);
  });

  it('is small: of the fonts only the glyphs it uses', () => {
    expect(press.render(chinese()).pdf.length).toBeLessThan(60_000);
  });
});

describe('what comes from outside', () => {
  const hostile = String.raw`#panic("x") *a* _b_ $x^2$ \ @c <d> [e] #read("/etc/passwd") #sys.inputs.letter // f /* g */ "h" 'i' -- ... ~`;

  it('is shown as it is in every place, and never read as markup', async () => {
    const letter = english({
      creditor: hostile,
      addressee: hostile,
      address: hostile,
      reference: hostile,
      complaintChannel: hostile,
      returnAddress: hostile,
      text: {
        subject: hostile,
        blocks: [
          paragraph(hostile),
          { kind: 'table', head: [hostile, hostile], right: [false, true], rows: [[hostile, hostile]] },
          paragraph(hostile),
        ],
        closing: [hostile],
      },
    });
    const page = await printed(letter);
    expect(page.split(plain(hostile)).length - 1).toBeGreaterThanOrEqual(10);
    expect(page).not.toContain('root:');
  });

  it('can not turn, hide or break the text around it', async () => {
    const page = await printed(
      english({ addressee: 'Mr \u202eevil\u202c \u200bS.\u0000\u0007 Synthetic\nSecond line' }),
    );
    expect(page).toContain('MrevilS.SyntheticSecondline');
  });

  it('keeps an amount on one line with its currency', () => {
    const fonts = (text: string) =>
      press.render(english({ text: { ...english().text, blocks: [paragraph(text)] } })).pdf;
    expect(fonts('CNY 1.00').equals(fonts('CNY\u00a01.00'))).toBe(true);
  });

  it('with rare characters of names is printed', async () => {
    expect(await printed(chinese({ addressee: '张㛃𬍛䶮堃' }))).toContain('张㛃𬍛䶮堃（收）');
  });

  it('with a character that no font has is refused, not printed with a hole; nothing of it is told', () => {
    const attempt = () => press.render(chinese({ addressee: '示例𠮷客户' }));
    expect(attempt).toThrow(LetterUnprintable);
    expect(attempt).toThrow(/^a letter can't be printed: character-without-glyph$/);
    expect(press.render(chinese()).pages).toBe(1);
  });

  it('with a long address is printed smaller, and refused when it does not fit the window', async () => {
    const lines = (count: number) => Array.from({ length: count }, (_, at) => `示例地址第 ${at + 1} 行`).join('\n');
    expect(await printed(chinese({ address: lines(6) }))).toContain('示例地址第6行');
    const attempt = () => press.render(chinese({ address: lines(12) }));
    expect(attempt).toThrow(/^a letter can't be printed: address-too-long$/);
  });

  it('is refused with a date that is none', () => {
    for (const date of ['', '2026-13-01', '23.11.2026', '2026-11-23T00:00:00Z'])
      expect(() => press.render(chinese({ date }))).toThrow(RangeError);
  });
});
