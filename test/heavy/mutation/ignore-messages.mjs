// Tells Stryker to leave the words of messages alone: codes are API and tested, messages are not (contract, section 2).

/** Functions of the library whose arguments are a code or the words of a message. */
const SPEAKERS = ['ValueError', 'badOption', 'badSecret', 'fail', 'fault', 'warn', 'typeName'];
const REASON = 'the words of a message';

const isText = (path) => path.isStringLiteral() || path.isTemplateLiteral();

/** The words of a pair `[test, 'what is expected']`. The first is no help: where it was mutated it is another node by now. */
const isExpectation = ({ listKey, key, container, node }) =>
  listKey === 'elements' && key === 1 && container.length === 2 && (node.value?.includes(' ') ?? true);

function isMessage(path) {
  // 'a' + 'b' is one text.
  let inner = path;
  while (inner.parentPath?.isBinaryExpression({ operator: '+' })) inner = inner.parentPath;
  const call = inner.parentPath;
  if (!call?.isCallExpression() && !call?.isNewExpression()) return false;
  if (!SPEAKERS.includes(call.node.callee.name) || !call.node.arguments.includes(inner.node)) return false;
  // A code has no blank.
  return !path.isStringLiteral() || path.node.value.includes(' ') || inner !== path;
}

export const messagesIgnorer = {
  shouldIgnore: (path) => (isText(path) && (isMessage(path) || isExpectation(path)) ? REASON : undefined),
};
