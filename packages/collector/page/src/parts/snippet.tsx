import { MOUNT } from '../data/call.ts';
import { CopyButton } from './copy.tsx';

/** What a site's pages load the pixel with. @param script its path below the mount */
export function Snippet({ script }: { script: string }) {
  const text = `<script async src="${MOUNT}${script}"></script>`;
  return (
    <div class="snippet">
      <pre>{text}</pre>
      <CopyButton label="Copy" text={text} />
    </div>
  );
}
