// loadSecret on the real vfat driver (User-mode Linux), and what power cuts leave of its keys.
// node test/heavy/fat/run.mjs [--cuts 24] [--seconds 300]; exit status 1 when a key was lost or broken.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { cuts: { type: 'string', default: '24' }, seconds: { type: 'string', default: '300' } },
});
const CUTS = Number(values.cuts);
const deadlineMs = performance.now() + Number(values.seconds) * 1000;
const HERE = dirname(fileURLToPath(import.meta.url));
const KEY = /^[A-Za-z0-9_-]{43}$/;

const say = (line) => process.stdout.write(`${line}\n`);
let isSkipped = false;
let failures = 0;
/** What User-mode Linux 6.1 says of a processor whose registers are more than it has room for, such as one with AMX. */
const UNFIT = 'ptrace set fp regs failed';
class UnfitProcessor extends Error {}

function fail(line) {
  failures++;
  say(`FAILED: ${line}`);
}

const folder = mkdtempSync(join(tmpdir(), 'microdot-fat-'));
const image = join(folder, 'fat.img');

function makeImage() {
  rmSync(image, { force: true });
  tool('dd', ['if=/dev/zero', `of=${image}`, 'bs=1M', 'count=16', 'status=none']);
  tool('mkfs.vfat', ['-F', '16', '-n', 'CAM', image]);
}

function tool(name, args) {
  const { status, stdout, stderr, error } = spawnSync(name, args, { encoding: 'latin1' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${name}: ${stderr}`);
  return stdout;
}

/** Boots a guest; `onLine` may end it by the function it is given, as a power cut does. */
function boot(mode, { mount = '', syncer = false, onLine = () => {} } = {}) {
  const guest = spawn(
    'linux.uml',
    [
      'mem=384M',
      'rootfstype=hostfs',
      'rootflags=/',
      'rw',
      `ubd0=${image}`,
      `init=${join(HERE, 'init.sh')}`,
      'con=null',
      'con0=null,fd:1',
      'quiet',
      `NODE=${process.execPath}`,
      `GUEST=${join(HERE, 'guest.mjs')}`,
      `MODE=${mode}`,
      `MOUNT=${mount}`,
      `SYNCER=${syncer ? 1 : 0}`,
    ],
    // A process group of its own: the guest is several processes, and all have to go at once.
    { detached: true, stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, TMPDIR: '/tmp' } },
  );
  const cut = () => {
    try {
      process.kill(-guest.pid, 'SIGKILL');
    } catch {}
  };
  const timer = setTimeout(cut, 45_000);
  return new Promise((resolve, reject) => {
    let text = '';
    let seen = 0;
    guest.stdout.setEncoding('latin1').on('data', (chunk) => {
      text += chunk;
      const complete = text.split('\n').slice(0, -1);
      for (const line of complete.slice(seen)) onLine(line.trim(), cut);
      seen = complete.length;
    });
    guest.on('error', reject);
    guest.on('close', () => {
      clearTimeout(timer);
      // A last line without its end was cut in the middle and says nothing.
      resolve(
        text
          .split('\n')
          .slice(0, -1)
          .map((line) => line.trim()),
      );
    });
  });
}

async function facts(mount, expected) {
  makeImage();
  const out = await boot(expected === 5 ? 'facts' : 'facts-without-lock', { mount });
  if (out.some((line) => line.includes(UNFIT))) throw new UnfitProcessor();
  say(`vfat${mount && `, ${mount}`}:`);
  for (const line of out.filter((line) => /^(fact|mode|link|stale|rc=|ValueError|Error)|WARN_/.test(line)))
    say(`  ${line}`);
  const good = out.filter((line) => /^fact \S+ true$/.test(line)).length;
  if (good !== expected || !out.includes('rc=0'))
    fail(`loadSecret on vfat ${mount}: ${good} of ${expected} facts\n${out.join('\n')}`);
  const warned = out.some((line) => line.includes('WARN_SECRET_READABLE'));
  if (warned === (mount === 'umask=077')) fail(`vfat ${mount}: warned ${warned}`);
  const text = tool('mtype', ['-i', image, '::/session.key']);
  if (!KEY.test(text.slice(0, -1)) || !text.endsWith('\n')) fail('mtype shows no whole key');
}

/** Each name that the guest began is whole or absent in the image; each that it said was done is there, the same. */
function judge(out, total, complain) {
  const done = new Map();
  let begun = -1;
  for (const line of out) {
    const [word, number, secret] = line.split(' ');
    if (word === 'begin') begun = Math.max(begun, Number(number));
    if (word === 'done') done.set(Number(number), secret);
  }
  const names = new Set();
  // mdir reports an empty folder as a failure.
  const { stdout: listing } = spawnSync('mdir', ['-b', '-i', image, '::'], { encoding: 'latin1' });
  for (const name of listing.split('\n')) names.add(name.replace('::/', '').trim());
  for (let number = 0; number <= begun + 1; number++) {
    const name = `k${number}.key`;
    if (!names.has(name)) {
      if (done.has(number)) {
        total.lost++;
        complain(`${name} was returned and is gone`);
      } else if (number <= begun) total.none++;
      continue;
    }
    const text = tool('mtype', ['-i', image, `::/${name}`]);
    const whole = text.endsWith('\n') && KEY.test(text.slice(0, -1));
    if (!whole) {
      total.broken++;
      complain(`${name} has ${text.length} bytes, not a whole key`);
    } else if (done.has(number) && done.get(number) !== text.slice(0, -1)) {
      total.other++;
      complain(`${name} holds another key than was returned`);
    } else if (done.has(number)) total.kept++;
    else total.early++;
  }
  const { status, stdout } = spawnSync('fsck.vfat', ['-n', image], { encoding: 'latin1' });
  if (status !== 0) total.dirty++;
  if (stdout.includes('hare clusters')) total.shared++;
  const debris = [...names].filter((name) => /\.(lock|tmp)$/.test(name)).length;
  if (debris > 0) total.debris++;
}

async function cuts(title, mode, count, { syncer = false, complain = fail } = {}) {
  const total = { cuts: 0, kept: 0, early: 0, none: 0, lost: 0, broken: 0, other: 0, dirty: 0, shared: 0, debris: 0 };
  while (total.cuts < count && performance.now() < deadlineMs) {
    makeImage();
    let timer;
    let started = false;
    const out = await boot(mode, {
      syncer,
      onLine: (line, cut) => {
        if (started || !line.startsWith('begin')) return;
        started = true;
        timer = setTimeout(() => cut(), Math.random() * 1200);
      },
    });
    clearTimeout(timer);
    if (!started) {
      fail(`the guest never began\n${out.join('\n')}`);
      break;
    }
    judge(out, total, complain);
    total.cuts++;
  }
  say(`${title}, power cuts at random moments: ${total.cuts}`);
  say(`  keys returned before the cut and whole after it: ${total.kept}`);
  say(`  keys in the making at the cut: whole ${total.early}, none ${total.none}`);
  say(`  keys lost ${total.lost}, broken ${total.broken}, changed ${total.other}`);
  say(
    `  images with a lock or temporary file left ${total.debris}, with remarks of fsck.vfat ${total.dirty} (shared clusters ${total.shared})`,
  );
  if (total.cuts < Math.min(4, count)) fail(`only ${total.cuts} cuts in the time given`);
  return total;
}

try {
  const missing = ['linux.uml', 'mkfs.vfat', 'fsck.vfat', 'mdir', 'mtype'].filter(
    (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0,
  );
  if (missing.length > 0) throw new Error(`not found: ${missing.join(', ')}`);
  if (!existsSync(join(HERE, '..', '..', '..', 'dist', 'secret', 'index.js')))
    throw new Error('run npm run build first');
  say(`loadSecret on vfat, ${tool('linux.uml', ['--version']).trim()} (User-mode Linux), Node ${process.version}`);
  await facts('', 5);
  await facts('umask=077', 4);
  await facts('umask=000', 4);
  // What is to be avoided, to show that these cuts do lose what is not flushed: its losses are no failure, their lack is.
  // A few at a time, because a cut may come when nothing is on its way.
  let losses = 0;
  for (let tries = 0; tries < 6 && losses === 0; tries++) {
    const control = await cuts('without the last flushes', 'control', 2, { complain: () => {} });
    losses = control.lost + control.broken;
  }
  if (losses === 0) fail('the cuts lose nothing, so they prove nothing');
  await cuts('loadSecret', 'loop', Math.ceil(CUTS / 2));
  await cuts('loadSecret beside a process that calls sync without pause', 'loop', Math.floor(CUTS / 2), {
    syncer: true,
  });
} catch (error) {
  if (error instanceof UnfitProcessor && failures === 0) {
    isSkipped = true;
    say(`skip: fat: User-mode Linux starts no program on this processor (${UNFIT}), so no power was cut`);
  } else fail(error.stack);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (!isSkipped) say(failures === 0 ? 'fat: passed' : `fat: ${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;
