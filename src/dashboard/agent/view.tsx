import { Empty } from '../parts/empty.tsx';

export function Agent() {
  return (
    <>
      <h1>Agent</h1>
      <Empty>Nothing is shown here yet.</Empty>
    </>
  );
}
