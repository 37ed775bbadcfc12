"""Wire formats of model providers, one adapter each behind `providers.base.Provider`."""
