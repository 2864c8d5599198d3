import { Empty } from '../parts/empty.tsx';

export function Evidence() {
  return (
    <>
      <h1>Evidence</h1>
      <Empty>Nothing is shown here yet.</Empty>
    </>
  );
}
