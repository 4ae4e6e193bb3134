/**
 * Personal data may not stand where it cannot be taken back: a Kafka key or header, a workflow id, a search attribute, a
 * metric label, a URL, a log line. The rule goes by names, so personal values must keep telling names in the code.
 */
const personal =
  /^(idNumber|phone|phoneNumber|mobile|landline|salutation|destination|debtorName|fullName|personName|emailAddress|postalAddress|contactValue)$/;
const places = /^(key|workflowId|searchAttributes|headers|labels|url|path)$/;
const logCalls = /^(trace|debug|info|warn|error|fatal)$/;
const loggers = /^(log|logger)$/;

export const noPersonalData = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { found: '"{{name}}" is personal data and may not stand in {{place}}.' },
  },
  create(context) {
    const names = (node, found = []) => {
      if (!node || typeof node.type !== 'string') return found;
      if (node.type === 'Identifier' && personal.test(node.name)) found.push(node);
      // A function in between may hash or encrypt: only plain use is judged.
      if (node.type === 'CallExpression') return found;
      // `{ destination: topic }` names a label; what stands in it is judged, its name is not.
      const parts =
        node.type === 'Property' && !node.shorthand ? ['value'] : (context.sourceCode.visitorKeys[node.type] ?? []);
      for (const key of parts) {
        for (const child of [node[key]].flat()) names(child, found);
      }
      return found;
    };
    const judge = (node, place) => {
      for (const hit of names(node)) context.report({ node: hit, messageId: 'found', data: { name: hit.name, place } });
    };
    return {
      Property(node) {
        const name = node.key.type === 'Identifier' ? node.key.name : node.key.value;
        if (node.parent.type === 'ObjectExpression' && places.test(String(name)))
          judge(node.value, `"${String(name)}"`);
      },
      CallExpression(node) {
        if (node.callee.type !== 'MemberExpression' || node.callee.property.type !== 'Identifier') return;
        const { object, property } = node.callee;
        const owner = object.type === 'MemberExpression' ? object.property : object;
        if (owner.type === 'Identifier' && loggers.test(owner.name) && logCalls.test(property.name)) {
          for (const argument of node.arguments) judge(argument, 'a log line');
        }
        if (property.name === 'labels') for (const argument of node.arguments) judge(argument, 'a metric label');
      },
    };
  },
};
