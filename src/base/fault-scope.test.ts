import { describe, expect, it } from 'vitest';
import { FaultScope, owned } from './fault-scope.ts';

describe('a fault', () => {
  it('belongs to whoever began what went wrong, timers and promises included', async () => {
    const scope = new FaultScope();
    const seen = await scope.run(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return FaultScope.here;
    });
    expect(seen).toBe(scope);
    expect(FaultScope.here).toBeUndefined();
  });

  it('that comes before anybody bears it is not lost', () => {
    const scope = new FaultScope();
    const borne: unknown[] = [];
    scope.fault('early');
    scope.onFault((error) => borne.push(error));
    scope.fault('late');
    expect(borne).toEqual(['early', 'late']);
  });

  it('of a listener on a shared source reaches its owner, and neither the source nor the next listener', () => {
    const borne: unknown[] = [];
    const heard: string[] = [];
    const scope = new FaultScope();
    scope.onFault((error) => borne.push(error));
    const faulty = scope.run(() =>
      owned((_event: string) => {
        throw new Error('bug');
      }),
    );
    for (const listener of [faulty, (event: string) => void heard.push(event)]) listener('event');
    expect(borne).toEqual([new Error('bug')]);
    expect(heard).toEqual(['event']);
  });

  it('of what belongs to nobody is thrown as ever', () => {
    const nobodys = owned(() => {
      throw new Error('bug');
    });
    expect(nobodys).toThrow('bug');
  });
});
