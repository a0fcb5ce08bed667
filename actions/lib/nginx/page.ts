/** The page of a closed site, if the user has none. It loads nothing from elsewhere. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Down for maintenance</title>
<style>
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 1.1rem/1.5 system-ui, sans-serif; }
main { max-width: 32rem; padding: 2rem; text-align: center; }
h1 { font-size: 1.6rem; }
</style>
</head>
<body>
<main>
<h1>We are doing maintenance</h1>
<p>This site is not available for a short while. Please come back later.</p>
</main>
</body>
</html>
`;
