/** Owns how the scopes of a sign-in are drawn: text of a server, one a line. */
import { VisibleText } from '../kit/visible-text-view.tsx';

export function ScopeList({ scopes }: { scopes: readonly string[] }) {
  return (
    <ul class="scopes">
      {scopes.map((scope) => (
        <li key={scope} class="mono">
          <VisibleText text={scope} />
        </li>
      ))}
    </ul>
  );
}
