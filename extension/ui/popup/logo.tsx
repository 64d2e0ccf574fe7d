/**
 * Owns Mooring's mark as the popup shows it; the same drawing as a file is public/icon/mooring.svg.
 * Part of the script, because a file would be one more request while the window opens: Chromium shows a popup after its load event,
 * which waits for images.
 */
export function Logo() {
  return (
    <svg viewBox="0 0 128 128" width="20" height="20" aria-hidden="true">
      <rect width="128" height="128" rx="28" fill="#0b6b73" />
      <rect x="28" y="22" width="72" height="26" rx="13" fill="#fff" />
      <path d="M46 48h36l5 44H41z" fill="#fff" />
      <rect x="22" y="92" width="84" height="15" rx="5" fill="#fff" />
      <path d="M43 66c14 8 28 8 42 0M42 78c14 8 30 8 44 0" fill="none" stroke="#0b6b73" stroke-width="6" />
    </svg>
  );
}
