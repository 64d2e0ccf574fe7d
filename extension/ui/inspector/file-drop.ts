/** Owns taking a file that is dragged over a place and dropped there. */
import { useRef, useState } from 'preact/hooks';

/** Returns the handlers for the place, and whether a file is above it. */
export function useFileDrop(onFile: (file: File | undefined) => void) {
  const [isOver, setOver] = useState(false);
  /** Elements within the place that are entered and not left: each of them tells of itself. */
  const depth = useRef(0);
  const hasFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
  const end = (): void => {
    depth.current = 0;
    setOver(false);
  };
  return {
    isOver,
    handlers: {
      onDragEnter(event: DragEvent): void {
        if (!hasFile(event)) return;
        depth.current++;
        setOver(true);
      },
      onDragLeave(event: DragEvent): void {
        if (hasFile(event) && --depth.current <= 0) end();
      },
      // Without it the browser opens the file itself, in place of the panel.
      onDragOver(event: DragEvent): void {
        if (hasFile(event)) event.preventDefault();
      },
      onDrop(event: DragEvent): void {
        if (!hasFile(event)) return;
        event.preventDefault();
        end();
        onFile(event.dataTransfer?.files[0]);
      },
    },
  };
}
