/** Owns where JSON is typed. */
import type { ControlProps } from './field-frame.tsx';

type Props = Partial<ControlProps> & {
  text: string;
  /** Least and most lines that it is high. */
  rows: readonly [least: number, most: number];
  onType: (text: string) => void;
};

export function JsonInput({ text, rows: [least, most], onType, ...tied }: Props) {
  return (
    <textarea
      {...tied}
      class="input mono"
      rows={Math.min(most, Math.max(least, text.split('\n').length))}
      spellcheck={false}
      value={text}
      onInput={(event) => onType(event.currentTarget.value)}
    />
  );
}
