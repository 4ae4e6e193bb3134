import { stringify } from 'yaml';
import { asyncApi, eventSchema, eventTypeNames, schemaFile } from './schema-export.js';

/** Version of the published contract; its first digit is the `.v1` of the types. */
export const contractVersion = '1.0.0';

/** Every file that is made from the schemas, by its path in this package, with the text it must have. */
export function generatedFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const type of eventTypeNames)
    files.set(`schemas/${schemaFile(type)}`, `${JSON.stringify(eventSchema(type), null, 2)}\n`);
  // No aliases: equal parts stay readable where they stand.
  files.set('asyncapi.yaml', stringify(asyncApi(contractVersion), { aliasDuplicateObjects: false, lineWidth: 120 }));
  return files;
}
