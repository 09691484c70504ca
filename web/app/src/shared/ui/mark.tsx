/** A speech bubble with a pulse: the product's sign. */
export function Mark({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 44 44" fill="none" aria-hidden="true">
      <path
        d="M12 4h20a8 8 0 0 1 8 8v14a8 8 0 0 1-8 8H21l-8.2 6.2A1 1 0 0 1 11.200 39.400V34A8 8 0 0 1 4 26V12a8 8 0 0 1 8-8Z"
        fill="var(--accent)"
      />
      <path
        d="M10 20h6l3-7 5 13 3.500-8 1.500 2h5"
        stroke="var(--raised)"
        strokeWidth="2.600"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
