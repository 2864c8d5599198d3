import { Empty } from '../parts/empty.tsx';

export function Holds() {
  return (
    <>
      <h1>What waits</h1>
      <Empty>Nothing is shown here yet.</Empty>
    </>
  );
}
