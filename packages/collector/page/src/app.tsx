export function App() {
  return <h1>uet-capi</h1>;
}
