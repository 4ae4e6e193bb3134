import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { mayHelpToRetry } from './api/problem.js';
import { makeRouter } from './routes.js';
import { Surroundings } from './shell/shell.js';
import './theme/app.css';

const retries = 2;
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (times, failure) => times < retries && mayHelpToRetry(failure),
      refetchOnWindowFocus: false,
      staleTime: 10_000,
    },
  },
});

const router = makeRouter(queries);
const root = document.getElementById('root');
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Surroundings>
          <RouterProvider router={router} />
        </Surroundings>
      </QueryClientProvider>
    </StrictMode>,
  );
