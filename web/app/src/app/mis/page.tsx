import { Workspace } from '@/app/workspace';

export default function Page() {
  return <Workspace />;
}
