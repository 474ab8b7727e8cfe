// From TypeDoc's model of the entry points to Markdown: one page each, one heading a name, signatures as TypeScript.

const NOTE = '<!-- Generated from the docstrings by `npm run docs`: edit those, not this page. -->';

/** Order and title of the sections of a page, by the name of TypeDoc's kind. */
const SECTIONS = [
  ['Class', 'Classes'],
  ['Function', 'Functions'],
  ['Interface', 'Interfaces'],
  ['TypeAlias', 'Types'],
  ['Variable', 'Constants'],
];

export function renderIndex(modules) {
  const rows = modules.map(({ name, page, module }) => `| [\`${name}\`](${page}) | ${namesOf(module).join(', ')} |`);
  const table = ['| import from | names |', '|---|---|', ...rows].join('\n');
  const intro =
    'Every name that the package exports. What the pages do not say: [the options](../options.md), [the error codes](../errors.md), and [what was decided where two ways were possible](../clauses.md).';
  return `${NOTE}\n\n# Reference\n\n${intro}\n\n${table}\n`;
}

const namesOf = (module) => (module.children ?? []).map(({ name }) => `\`${name}\``).sort();

/** `[file, text]` of every page. */
export function renderPages({ ReflectionKind }, modules) {
  const kindOf = (reflection) => ReflectionKind[reflection.kind];
  const anchors = new Map();
  const plans = modules.map((entry) => ({ ...entry, sections: planSections(entry, kindOf, anchors) }));
  return plans.map((plan) => [plan.page, renderPage(plan, kindOf, anchors)]);
}

/** The sections of a page with their names sorted; notes the address of each name for links. */
function planSections({ module, page }, kindOf, anchors) {
  const children = module.children ?? [];
  return SECTIONS.flatMap(([kind, title]) => {
    const names = children.filter((child) => kindOf(child) === kind).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const child of names) {
      const anchor = `${kind.toLowerCase()}-${child.name.toLowerCase()}`;
      anchors.set(child, { page, anchor });
    }
    return names.length > 0 ? [{ kind, title, names }] : [];
  });
}

function renderPage({ name, page, module, sections }, kindOf, anchors) {
  const context = { kindOf, link: (target) => addressOf(target, page, anchors) };
  const parts = [NOTE, `# \`${name}\``];
  for (const { title, names } of sections) {
    parts.push(`## ${title}`);
    for (const reflection of names) parts.push(renderName(reflection, context, anchors.get(reflection).anchor));
  }
  const elsewhere = (module.children ?? []).filter((child) => kindOf(child) === 'Reference');
  if (elsewhere.length > 0) parts.push('## Also exported here', renderReferences(elsewhere, context));
  return `${parts.join('\n\n')}\n`;
}

function addressOf(target, page, anchors) {
  for (let at = target; at !== undefined; at = at.parent) {
    const address = anchors.get(at);
    if (address !== undefined) return `${address.page === page ? '' : address.page}#${address.anchor}`;
  }
  return null;
}

function renderReferences(references, context) {
  return references
    .map((reference) => `- [\`${reference.name}\`](${context.link(reference.getTargetReflectionDeep())})`)
    .sort()
    .join('\n');
}

function renderName(reflection, context, anchor) {
  const kind = context.kindOf(reflection);
  // The alias of an object type has its members in the place of a type.
  const isRecord = kind === 'TypeAlias' && reflection.type === undefined;
  const parts = [`<a id="${anchor}"></a>\n\n### ${reflection.name}`];
  if (kind === 'Function') parts.push(renderSignatures(reflection.signatures, '', context));
  else if (kind === 'Class' || kind === 'Interface' || isRecord) {
    const bases = (reflection.extendedTypes ?? [])
      .filter((base) => kind === 'Interface' || !isUnnamed(base))
      .map(typeText)
      .join(', ');
    const heritage = bases === '' ? '' : ` extends ${bases}`;
    const keyword = isRecord ? 'type' : kind.toLowerCase();
    parts.push(fence(`${keyword} ${reflection.name}${typeParameters(reflection)}${heritage}`));
    parts.push(renderComment(reflection.comment, context));
    const members = membersOf(reflection, kind);
    const rows = members.filter((member) => ['Property', 'Accessor'].includes(context.kindOf(member)));
    if (rows.length > 0) parts.push(renderTable(rows, context));
    parts.push(...members.filter((member) => !rows.includes(member)).map((member) => renderMember(member, context)));
  } else {
    const keyword =
      kind === 'Variable' ? `const ${reflection.name}: ` : `type ${reflection.name}${typeParameters(reflection)} = `;
    parts.push(fence(`${keyword}${typeText(reflection.type)}`), renderComment(reflection.comment, context));
  }
  return joined(parts);
}

/** The properties of a class or an interface, a row each. */
function renderTable(properties, context) {
  const rows = properties.map((property) => {
    const { name, flags, type, comment, getSignature: accessor } = property;
    const isReadonly = flags.isReadonly || (accessor !== undefined && property.setSignature === undefined);
    const modifiers = `${flags.isStatic ? 'static ' : ''}${isReadonly ? 'readonly ' : ''}`;
    const words = renderComment(accessor?.comment ?? comment, context).replace(/\n+/g, ' ');
    const cells = [
      `\`${modifiers}${name}${flags.isOptional ? '?' : ''}\``,
      `\`${typeText(accessor?.type ?? type)}\``,
      words,
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| property | type | |', '|---|---|---|', ...rows].join('\n');
}

/** A base class of the package's own that no entry exports: its members are shown as those of who extends it. */
const isUnnamed = (base) => base.reflection === undefined && base.package === 'microdot';

/** A constructor, then in the order of the source; without what `Error` has anyway, and what exists for the compiler only (`?: never`). */
function membersOf(reflection, kind) {
  const takesAll = kind === 'Class' && (reflection.extendedTypes ?? []).some(isUnnamed);
  const isFirst = ({ name }) => (name === 'constructor' ? 0 : 1);
  return (reflection.children ?? [])
    .filter(({ flags, type }) => !flags.isExternal && (takesAll || !flags.isInherited) && type?.name !== 'undefined')
    .sort((a, b) => isFirst(a) - isFirst(b));
}

/** A constructor or a method. */
function renderMember(member, context) {
  const isConstructor = context.kindOf(member) === 'Constructor';
  const prefix = isConstructor ? 'new ' : member.flags.isStatic ? 'static ' : '';
  const name = isConstructor ? member.parent.name : member.name;
  return joined([`#### ${prefix}${name}()`, renderSignatures(member.signatures, prefix, context)]);
}

/** Signatures in one block; those of overloads without words of their own share the words of the one that has some. */
function renderSignatures(signatures, prefix, context) {
  const lines = signatures.map((signature) => `${prefix}${signatureText(signature)}`);
  const comments = signatures.map((signature) => renderComment(signature.comment, context, signature.parameters));
  return joined([fence(lines.join('\n')), ...new Set(comments)]);
}

function signatureText(signature) {
  const { name, parameters = [], type, parent } = signature;
  const isConstructor = parent?.name === 'constructor';
  const shown = isConstructor ? parent.parent.name : name;
  const result = isConstructor ? '' : `: ${typeText(type)}`;
  return `${shown}${typeParameters(signature)}(${parameters.map(parameterText).join(', ')})${result}`;
}

function parameterText({ name, type, flags, defaultValue }) {
  // TypeDoc's name for a destructured parameter.
  const optional = flags.isOptional || defaultValue !== undefined ? '?' : '';
  return `${flags.isRest ? '...' : ''}${name === '__namedParameters' ? 'options' : name}${optional}: ${typeText(type)}`;
}

function typeParameters({ typeParameters: parameters, name, parent }) {
  if (parameters === undefined || (name === parent?.parent?.name && parent?.name === 'constructor')) return '';
  const texts = parameters.map((parameter) => {
    const constraint = parameter.type === undefined ? '' : ` extends ${typeText(parameter.type)}`;
    const fallback = parameter.default === undefined ? '' : ` = ${typeText(parameter.default)}`;
    return `${parameter.flags.isConst ? 'const ' : ''}${parameter.name}${constraint}${fallback}`;
  });
  return `<${texts.join(', ')}>`;
}

/** TypeDoc's own words for a type, but for functions, whose rest and optional parameters it leaves unmarked. */
function typeText(type) {
  const signature = type?.type === 'reflection' ? type.declaration.signatures?.[0] : undefined;
  if (signature === undefined) return String(type ?? 'unknown').replaceAll('"', "'");
  return `${typeParameters(signature)}(${(signature.parameters ?? []).map(parameterText).join(', ')}) => ${typeText(signature.type)}`;
}

function renderComment(comment, context, parameters = []) {
  const parts = [];
  if (comment !== undefined) parts.push(proseOf(comment.summary, context));
  const described = parameters.filter((parameter) => parameter.comment?.hasVisibleComponent());
  const rows = described.map(({ name, comment: own }) => `- \`${name}\`: ${proseOf(own.summary, context)}`);
  for (const { tag, name, content } of comment?.blockTags ?? []) {
    const text = proseOf(content, context);
    if (tag === '@throws') parts.push(rows.splice(0).join('\n'), `**Throws** ${text}`);
    else if (tag === '@typeParam') rows.push(`- \`${name}\`: ${text}`);
    else if (tag !== '@returns') parts.push(text);
    else parts.push(`**Returns** ${text}`);
  }
  parts.push(rows.join('\n'));
  return joined(parts);
}

function proseOf(pieces, { link }) {
  const text = pieces
    .map((piece) => {
      if (piece.kind !== 'inline-tag' || !piece.tag.startsWith('@link')) return piece.text;
      const address = typeof piece.target === 'object' ? link(piece.target) : null;
      return address === null ? `\`${piece.text}\`` : `[\`${piece.text}\`](${address})`;
    })
    .join('');
  return unwrapped(text);
}

/**
 * Lines of a paragraph joined: the width of a comment is no width of a page. An example that imports what it uses is a
 * block to compile; any other is a glimpse.
 */
function unwrapped(text) {
  return text
    .split(/(```[\s\S]*?```)/)
    .map((part) => {
      if (part.startsWith('```')) return part.includes('import ') ? part : part.replace('```ts\n', '```typescript\n');
      return part.replace(/([^\n])\n(?![\n-])[ ]*/g, '$1 ').trim();
    })
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Not `ts`: a signature alone does not compile. */
const fence = (code) => `\`\`\`typescript\n${code}\n\`\`\``;

const joined = (parts) => parts.filter((part) => part !== '').join('\n\n');
