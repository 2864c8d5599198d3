import { Empty } from '../parts/empty.tsx';

export function Call() {
  return (
    <>
      <h1>Call</h1>
      <Empty>Nothing is shown here yet.</Empty>
    </>
  );
}
