import { Empty } from '../parts/empty.tsx';

export function CallStream() {
  return (
    <>
      <h1>Calls</h1>
      <Empty>Nothing is shown here yet.</Empty>
    </>
  );
}
