/** Proves what the rules of the ledger promise as a whole. That both stores follow them is proved in test/contract/store. */
import { describe, expect, it } from 'vitest';
import { CALL_RULES, type CallPosition, type CallStanding, classifyCall, ENTRY_KINDS } from '../../../../api/_lib/store/ledger-rules.ts';

const HELD: CallPosition = { state: 'sent', owner: 'a', adopted: false, leased: true, cancelRequested: false, resumable: false };
const LEFT: CallPosition = { ...HELD, leased: false };

describe('how a call stands', () => {
  it.each<[CallStanding, Partial<CallPosition> & { by?: string }]>([
    ['ours', { ...HELD, by: 'a' }],
    ['ours', { ...LEFT, by: 'a' }],
    ['ours', { ...LEFT, state: 'pending', cancelRequested: true, by: 'a' }],
    ['adopted', { ...LEFT, adopted: true, by: 'a' }],
    ['held', HELD],
    ['held', { ...HELD, state: 'pending', adopted: true, resumable: true }],
    ['unsent', { ...LEFT, state: 'pending', resumable: true }],
    ['unwanted', { ...LEFT, state: 'pending', cancelRequested: true }],
    ['resumable', { ...LEFT, resumable: true, cancelRequested: true }],
    ['lost', { ...LEFT, cancelRequested: true }],
    ['settled', { ...HELD, state: 'done', by: 'a' }],
    ['settled', { ...LEFT, state: 'failed', resumable: true }],
    ['settled', { ...LEFT, state: 'unknown' }],
  ])('is %s for %j', (standing, { by = 'b', ...more }) => {
    expect(classifyCall({ ...HELD, ...more }, by)).toBe(standing);
  });
});

describe('the table', () => {
  it('moves no settled call', () => {
    const moves = Object.values(CALL_RULES).map((row) => row.settled);
    expect(moves).toHaveLength(6);
    expect(new Set(moves)).toEqual(new Set(['none']));
  });

  it('begins only what was not sent and nobody holds', () => {
    const beginning = Object.entries(CALL_RULES).flatMap(([act, row]) =>
      Object.entries(row).flatMap(([standing, move]) => (move === 'begin' ? [`${act} ${standing}`] : [])),
    );
    expect(beginning).toEqual(['enter unsent']);
  });

  it('lets one who does not hold a call neither move nor settle it', () => {
    for (const act of ['advance', 'settle'] as const)
      for (const [standing, move] of Object.entries(CALL_RULES[act]))
        expect({ act, standing, moves: move !== 'none' }).toEqual({ act, standing, moves: standing === 'ours' || standing === 'adopted' });
  });

  it('says "begun" only to who may send', () => {
    for (const [standing, kind] of Object.entries(ENTRY_KINDS)) {
      const move = CALL_RULES.enter[standing as CallStanding];
      expect({ standing, begun: kind === 'begun' }).toEqual({ standing, begun: move === 'begin' || standing === 'ours' });
    }
  });
});
