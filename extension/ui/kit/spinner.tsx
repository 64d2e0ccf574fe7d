/** Owns the sign that something is under way. What it is, the text beside it says. */
export const Spinner = () => <span class="spinner" aria-hidden="true" />;
