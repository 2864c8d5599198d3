import { Empty } from '../parts/empty.tsx';

export function Hold() {
  return (
    <>
      <h1>Held call</h1>
      <Empty>Nothing is shown here yet.</Empty>
    </>
  );
}
