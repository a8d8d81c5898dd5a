import { useSession } from '../session.ts';

/** Which site a form is about, first the one that everything is shown of; nothing where there is only one. */
export function SiteChoice() {
  const { sites, site } = useSession();
  if (sites.length < 2) return null;
  return (
    <label>
      <span>Site</span>
      <select name="site">
        {sites.map((id) => (
          <option key={id} selected={id === site}>
            {id}
          </option>
        ))}
      </select>
    </label>
  );
}
