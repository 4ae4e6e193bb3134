/**
 * Time comes from `libs/clock`, or as an argument: a decision that reads the time itself can't be computed again, and
 * business time would stop being one time. Real-time waits of the infrastructure are its own business.
 */
export const onlyTheClockReadsTheTime = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { found: 'Only libs/clock reads the time: take it from a clock, or be told.' },
  },
  create(context) {
    const report = (node) => context.report({ node, messageId: 'found' });
    return {
      NewExpression(node) {
        if (node.callee.name === 'Date' && node.arguments.length === 0) report(node);
      },
      MemberExpression(node) {
        const name = node.property.name;
        if (node.object.name === 'Date' && name === 'now') report(node);
        if (node.object.name === 'performance' && name === 'now') report(node);
        if (node.object.name === 'Temporal' && name === 'Now') report(node);
      },
    };
  },
};
