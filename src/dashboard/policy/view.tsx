import { Empty } from '../parts/empty.tsx';

export function Policy() {
  return (
    <>
      <h1>Policy</h1>
      <Empty>Nothing is shown here yet.</Empty>
    </>
  );
}
