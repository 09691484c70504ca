import type { NextConfig } from 'next';

const development = process.env.NODE_ENV === 'development';
const gateway = process.env.MEDCRM_URL ?? 'http://127.0.0.1:8080';

const config: NextConfig = {
  output: development ? undefined : 'export', // rewrites are refused together with 'export'
  images: { unoptimized: true },
  reactStrictMode: true,
  poweredByHeader: false,
  allowedDevOrigins: ['127.0.0.1'],
  experimental: { optimizePackageImports: ['@mantine/core', '@mantine/hooks', '@tabler/icons-react'] },
  ...(development && {
    rewrites: async () => [
      { source: '/api/:path*', destination: `${gateway}/api/:path*` },
      { source: '/hubs/:path*', destination: `${gateway}/hubs/:path*` },
      { source: '/requests/:id', destination: '/requests' }, // the Gateway answers every deep link with requests.html
    ],
  }),
};

export default config;
