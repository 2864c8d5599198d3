import { Empty } from '../parts/empty.tsx';

export function Overview() {
  return (
    <>
      <h1>Overview</h1>
      <Empty>Nothing is shown here yet.</Empty>
    </>
  );
}
