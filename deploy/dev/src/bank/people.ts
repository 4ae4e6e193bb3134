/**
 * Synthetic people. Every name says that it is one, and every number lies in 555-0100…0199 of a North American area
 * code, which the numbering plan keeps for fiction; e-mail goes to a domain kept for documentation, and street, town and
 * postcode exist nowhere: a message that leaks out of a demo reaches nobody.
 */
export interface Person {
  customerNo: string;
  name: string;
  phone: string;
  email: string;
  address: { country: string; region: string; city: string; line: string; postcode: string };
}

const surnames = '陳林黃張李王吳劉蔡楊許鄭謝郭洪曾邱廖賴周';

/** @param index 0…78,899: beyond that the numbers would repeat */
export function person(index: number): Person {
  const serial = String(index + 1).padStart(5, '0');
  const area = 200 + Math.floor(index / 100);
  if (area > 988) throw new RangeError(`No fictional numbers left for person ${index}`);
  return {
    customerNo: `DEMO-${serial}`,
    name: `${surnames.charAt(index % surnames.length)}示範${serial}`,
    phone: `+1${area}55501${String(index % 100).padStart(2, '0')}`,
    email: `demo-${serial}@example.com`,
    address: {
      country: 'TW',
      region: '示範縣',
      city: '虛構市',
      line: `合成路${1 + (index % 400)}號（合成地址${serial}）`,
      postcode: '00000',
    },
  };
}
