import { Empty } from '../parts/empty.tsx';

export function Review() {
  return (
    <>
      <h1>Review</h1>
      <Empty>Nothing is shown here yet.</Empty>
    </>
  );
}
