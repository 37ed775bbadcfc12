"""Model providers: HTTP, wire formats, prices, token estimates and the catalogue of models.

May import settings, system and domain. Start with `base` (the one face of every provider),
`catalogue` (which models there are) and `wire` (how they are called). `fake` is a model server
that answers as told, through every interface. What only litellm can call goes through
`litellm_adapter` and a process of its own, `litellm_child`.
"""
