// Tests one after the other, and the line that counts them.
let passed = 0, failed = 0;

export async function test(name, run) {
    const started = Date.now();
    try {
        await run();
        passed++;
        console.log(`ok     ${name} (${Date.now() - started} ms)`);
    } catch (error) {
        failed++;
        console.log(`FAILED ${name}\n${error?.stack ?? error}`, error?.cause);
    }
}

export function finish() {
    console.log(`${passed} passed, ${failed} failed`);
    process.exit(failed ? 1 : 0);
}

// Random numbers that a seed repeats.
export function random(seed) {
    const next = () => {
        seed = (seed + 0x6d2b79f5) | 0;
        let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
    const below = (count) => Math.floor(next() * count);
    return { next, below, pick: (list) => list[below(list.length)], chance: (share) => next() < share };
}
