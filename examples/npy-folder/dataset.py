"""Reads the folder that main.mjs writes as a PyTorch data set: `DataLoader(Masks("out/npy-folder"), batch_size=4)`.

Pixels without a class have the id 255. Tell your loss to ignore it: `torch.nn.CrossEntropyLoss(ignore_index=255)`.
"""
import pathlib

import numpy
import torch


class Masks(torch.utils.data.Dataset):
    def __init__(self, folder):
        self.files = sorted(pathlib.Path(folder).glob("*.npy"))

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        return torch.from_numpy(numpy.load(self.files[index])).long()
