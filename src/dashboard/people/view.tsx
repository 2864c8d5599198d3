import { Empty } from '../parts/empty.tsx';

export function People() {
  return (
    <>
      <h1>People</h1>
      <Empty>Nothing is shown here yet.</Empty>
    </>
  );
}
