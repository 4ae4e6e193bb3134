import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import type { RefObject } from 'react';
import { bodyOf, casesApi } from '../../api/client.js';
import { useText } from '../../text/text.js';
import { buckets, sorts, stages, type CasesSearch } from './cases.search.js';

interface Agreement {
  agreementId: string;
  client: string;
}
/** The clients that this person may see. */
const useAgreements = () =>
  useQuery({
    queryKey: ['agreements'],
    queryFn: async () => {
      const params = { query: { limit: 200 } };
      return (await bodyOf<unknown>(casesApi.GET('/agreements', { params }))) as { items: Agreement[] };
    },
    staleTime: 5 * 60_000,
  });

interface Choice {
  name: keyof CasesSearch;
  label: string;
  options: { value: string; label: string }[];
  /** What is shown when the address says nothing. */
  usual?: string;
  width: number;
}

/** The filters by name; what they are stands in the address. */
export function Filters({
  search,
  onChange,
  first,
}: {
  search: CasesSearch;
  onChange: (change: Partial<Record<keyof CasesSearch, string | undefined>>) => void;
  first: RefObject<HTMLDivElement | null>;
}) {
  const text = useText();
  const { data: agreements } = useAgreements();
  const choices: Choice[] = [
    {
      ...{ name: 'status', label: text.columns.status, usual: 'open', width: 90 },
      options: [
        { value: 'open', label: text.status.open },
        { value: 'closed', label: text.status.closed },
        { value: 'all', label: text.cases.all },
      ],
    },
    {
      ...{ name: 'stage', label: text.columns.stage, width: 120 },
      options: stages.map((value) => ({ value, label: text.stages[value] })),
    },
    {
      ...{ name: 'bucket', label: text.columns.bucket, width: 90 },
      options: buckets.map((value) => ({ value, label: value })),
    },
    {
      ...{ name: 'client', label: text.columns.client, width: 160 },
      options: (agreements?.items ?? []).map((one) => ({ value: one.agreementId, label: one.client })),
    },
    {
      ...{ name: 'sort', label: text.cases.sort, usual: '-dpd', width: 170 },
      options: sorts.map((value) => ({ value, label: text.cases.sorts[value] })),
    },
  ];
  return (
    <div className="filters" role="group" aria-label={text.cases.filters} ref={first}>
      {choices.map(({ name, label, options, usual, width }) => (
        <label key={name}>
          <span className="quiet">{label}</span>{' '}
          <Select
            aria-label={label}
            value={(search[name] as string | undefined) ?? usual ?? ''}
            options={usual === undefined ? [{ value: '', label: text.cases.all }, ...options] : options}
            onChange={(value: string) => onChange({ [name]: value === '' || value === usual ? undefined : value })}
            style={{ width }}
          />
        </label>
      ))}
      <Button onClick={() => onChange(Object.fromEntries(choices.map(({ name }) => [name, undefined])))}>
        {text.cases.reset}
      </Button>
    </div>
  );
}
