import { useSession } from '../session.ts';

/** Which site a form is about; nothing where there is only one. */
export function SiteChoice({ site }: { site: string | undefined }) {
  const { sites } = useSession();
  if (sites.length < 2) return null;
  return (
    <label>
      <span>Site</span>
      <select name="site" defaultValue={site ?? ''}>
        {sites.map((id) => (
          <option key={id}>{id}</option>
        ))}
      </select>
    </label>
  );
}
