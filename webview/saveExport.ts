/** Saves what the daemon prepared, as a download of the browser's own. */

/** @returns why it could not be saved; null where it was handed to the browser */
export async function saveExport(
  token: string | null,
  { export_id, file_name }: { readonly export_id: string; readonly file_name: string },
): Promise<string | null> {
  try {
    const response = await fetch(`/api/exports/${encodeURIComponent(export_id)}`, {
      headers: { authorization: `Bearer ${token ?? ''}` },
    });
    if (!response.ok) return 'What was prepared is no longer there: prepare it again.';
    const url = URL.createObjectURL(await response.blob());
    const link = document.createElement('a');
    link.href = url;
    link.download = file_name;
    link.click();
    // The browser takes it over within moments; it is large.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    return null;
  } catch {
    return 'The daemon could not be reached.';
  }
}
