const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => signs[sign] ?? sign);

export const pageOf = (style: string, body: string) => `<!doctype html>
<meta charset="utf-8">
<style>
* { box-sizing: border-box; }
body { margin: 0; padding: 18px 22px; font-family: "Liberation Sans", "Noto Color Emoji", sans-serif; }
code { font-family: "Liberation Mono", monospace; }
${style}
</style>
${body}
`;
