// The ```ts blocks of a Markdown file, and the files they are compiled as.

/** One block, or several where the later ones continue the first. */
export interface Block {
  /** Where the Markdown file is, from the root. */
  readonly file: string;
  /** The line of its fence, from 1. */
  readonly line: number;
  /** TypeScript on the very lines it has in the Markdown file, so that the compiler's line numbers are right. */
  readonly code: string;
  /** Marked `<!-- file: login.mjs -->`: the name by which other blocks import it. */
  readonly name: string | null;
  /** Marked `<!-- runs -->`; with a path, `<!-- runs: /counter -->`, what it serves is asked for that path. */
  readonly runs: { readonly path: string } | null;
}

const FENCE = /^```(\S*)/;
const MARKER = /^<!--\s*(continues|file|runs|not compiled)(?::\s*(.*?))?\s*-->\s*$/;

interface Marker {
  readonly kind: string;
  readonly text: string;
}

/**
 * The blocks to compile. A comment on a line of its own before the fence says more: `<!-- continues -->`,
 * `<!-- file: name.mjs -->`, `<!-- runs -->`, `<!-- not compiled: reason -->`.
 */
export function tsBlocks(file: string, markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split('\n');
  let markers: Marker[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const marker = MARKER.exec(line);
    const fence = FENCE.exec(line);
    if (marker !== null) markers.push({ kind: marker[1] ?? '', text: marker[2] ?? '' });
    else if (fence !== null) {
      const end = lines.indexOf('```', at + 1);
      if (end < 0) throw new Error(`${file}:${at + 1}: the fence is not closed`);
      if (fence[1] === 'ts') addBlock(blocks, markers, { file, line: at + 1, lines: lines.slice(at + 1, end) });
      markers = [];
      at = end;
    } else if (line.trim() !== '') markers = [];
  }
  return blocks;
}

interface Found {
  readonly file: string;
  readonly line: number;
  readonly lines: readonly string[];
}

function addBlock(blocks: Block[], markers: readonly Marker[], { file, line, lines }: Found): void {
  const marker = (kind: string) => markers.find((candidate) => candidate.kind === kind);
  const skipped = marker('not compiled');
  if (skipped?.text === '') throw new Error(`${file}:${line}: "not compiled" needs a reason`);
  if (skipped !== undefined) return;
  const runs = marker('runs');
  const name = marker('file')?.text ?? null;
  if (name !== null && !/^[\w.-]+\.mjs$/.test(name)) throw new Error(`${file}:${line}: "file" needs a name.mjs`);
  const own = { file, line, name, runs: runs === undefined ? null : { path: runs.text } };
  if (marker('continues') === undefined) {
    blocks.push({ ...own, code: padded('', line, lines) });
    return;
  }
  const before = blocks.pop();
  if (before === undefined) throw new Error(`${file}:${line}: there is no block to continue`);
  blocks.push({ ...before, code: padded(before.code, line, lines), runs: own.runs ?? before.runs });
}

/** `code` and then `lines`, the first of them on the line after `line`. */
function padded(code: string, line: number, lines: readonly string[]): string {
  return `${code}${'\n'.repeat(line - (code.split('\n').length - 1))}${lines.join('\n')}\n`;
}
