import { createContext, useContext } from 'react';

/** In which people read times that belong to no case: the server's word. */
export const ZoneContext = createContext('UTC');
export const useZone = (): string => useContext(ZoneContext);
