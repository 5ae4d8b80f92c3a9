/** A log as a real training script prints it, and what is to be read from it. */
export interface TrainingLog {
  readonly source: string;
  /** Lines with what they say, as `name=value@step`, "-" for no step; undefined for nothing. */
  readonly lines: readonly (readonly [line: string, says?: string])[];
}

export const trainingLogs: readonly TrainingLog[] = [
  {
    source: "JSON lines",
    lines: [
      ['{"epoch": 1, "train_loss": 0.9, "val_loss": 0.07}', "epoch=1@1 train_loss=0.9@1 val_loss=0.07@1"],
      [
        '{"val_loss":NaN,"lr":Infinity,"x":-Infinity,"epoch":2}',
        "epoch=2@2 val_loss=NaN@2 lr=Infinity@2 x=-Infinity@2",
      ],
      ['{"done": true, "note": "epoch 7", "sizes": [1, 2], "best": null}'],
    ],
  },
  {
    source: "nested JSON behind a log prefix",
    lines: [
      [
        '2026-01-02T10:00:00Z INFO {"step": 300, "metrics": {"val_loss": 0.1, "per class": {"F1": 2e-1}}}',
        "step=300@300 metrics.val_loss=0.1@300 metrics.per_class.f1=0.2@300",
      ],
    ],
  },
  {
    source: "Hugging Face Trainer",
    lines: [
      [
        "{'loss': 0.6931, 'grad_norm': 1.2, 'learning_rate': 5e-05, 'epoch': 0.5}",
        "epoch=0.5@0.5 loss=0.6931@0.5 grad_norm=1.2@0.5 learning_rate=0.00005@0.5",
      ],
      [
        "{'eval_loss': '0.41', 'eval_accuracy': '0.87', 'epoch': '1'}",
        "epoch=1@1 eval_loss=0.41@1 eval_accuracy=0.87@1",
      ],
      [
        "{'train_runtime': 12.3, 'train_loss': 0.5, 'epoch': 3.0}",
        "epoch=3@3 train_runtime=12.3@3 train_loss=0.5@3",
      ],
      ["  eval_loss               =     0.4101", "eval_loss=0.4101@3"],
    ],
  },
  {
    source: "a dict of NumPy and PyTorch scalars",
    lines: [
      [
        "{'loss': np.float64(0.25), 'acc': tensor(0.5, device='cuda:0'), 'opt': None, 'ok': True}",
        "loss=0.25@- acc=0.5@-",
      ],
      ["Loss: tensor(0.4321, grad_fn=<NllLossBackward0>)", "loss=0.4321@-"],
      ["loss: [0.31]", "loss=0.31@-"],
      ["losses: [0.31, 0.30]"],
    ],
  },
  {
    source: "fairseq",
    lines: [
      [
        '2026-01-02 10:00:00 | INFO | train_inner | {"epoch": 1, "loss": "9.2", "ppl": "588.1", "num_updates": "100"}',
        "epoch=1@1 num_updates=100@1 loss=9.2@1 ppl=588.1@1",
      ],
    ],
  },
  {
    source: "Keras 3",
    lines: [
      ["Epoch 1/50", "epoch=1@1"],
      [
        "\u001b[1m 5/25\u001b[0m \u001b[32m━━━━\u001b[0m\u001b[37m━━━━━━\u001b[0m \u001b[1m0s\u001b[0m 4ms/step - accuracy: 0.5 - loss: 1.9",
        "accuracy=0.5@0.2 loss=1.9@0.2",
      ],
      [
        "\u001b[1m25/25\u001b[0m \u001b[32m━━━━━━━━━━\u001b[0m\u001b[37m\u001b[0m \u001b[1m1s\u001b[0m 4ms/step - accuracy: 0.91 - loss: 0.3 - val_accuracy: 0.89 - val_loss: 0.2",
        "accuracy=0.91@1 loss=0.3@1 val_accuracy=0.89@1 val_loss=0.2@1",
      ],
      ["Epoch 2: val_loss improved from 0.51234 to 0.41234, saving model to best-0.3.keras", "epoch=2@2"],
    ],
  },
  {
    source: "Keras 2",
    lines: [
      ["Epoch 3/5", "epoch=3@3"],
      [
        " 640/60000 [..............................] - ETA: 0:12 - loss: 2.3061 - acc: 0.0891",
        "loss=2.3061@2.010666666666667 acc=0.0891@2.010666666666667",
      ],
      [
        "60000/60000 [==============================] - 4s 63us/step - loss: 0.3 - acc: 0.91",
        "loss=0.3@3 acc=0.91@3",
      ],
    ],
  },
  {
    source: "tqdm over epochs",
    lines: [
      ["  0%|          | 0/10 [00:00<?, ?it/s]"],
      [" 50%|█████     | 5/10 [00:01<00:01,  4.8it/s, loss=0.5]", "loss=0.5@5"],
      ["100%|██████████| 10/10 [00:02<00:00,  4.9it/s, loss=0.25, acc=97.5%]", "loss=0.25@10 acc=97.5@10"],
    ],
  },
  {
    source: "tqdm over batches with a description",
    lines: [
      ["Training:  50%|█████     | 5/10 [00:01<00:01, 4.8it/s]"],
      ["Epoch 2:  40%|████      | 10/25 [00:01<00:02,  6.9s/it, loss=1.25e-1]", "epoch=2@1.4 loss=0.125@1.4"],
      ["Epoch 2: 100%|██████████| 25/25 [00:03<00:00,  6.9it/s, loss=.1]", "epoch=2@2 loss=0.1@2"],
      ["Epoch:   3%|▎         | 3/100 [00:01<00:40,  2.4it/s]"],
      ["1523it [00:20, 75.1it/s, reward=12.5]", "reward=12.5@2"],
    ],
  },
  {
    source: "PyTorch Lightning",
    lines: [
      [
        "Epoch 0:  48%|████▊     | 12/25 [00:01<00:01, 20.1it/s, v_num=3, train_loss=0.9]",
        "epoch=0@-0.52 train_loss=0.9@-0.52",
      ],
      [
        "Epoch 0: 100%|██████████| 25/25 [00:01<00:00, 20.1it/s, v_num=3, train_loss=0.3, val_loss=0.2]",
        "epoch=0@0 train_loss=0.3@0 val_loss=0.2@0",
      ],
      [
        "Epoch 1/9  ━━━━━━━━━━━━━━━ 25/25 0:00:01 • 0:00:00 20.1it/s v_num: 0 train_loss: 0.3",
        "epoch=1@1 train_loss=0.3@1",
      ],
      ["        test_acc            0.9829999804496765", "test_acc=0.9829999804496765@1"],
      ["GPU available: False, used: False"],
    ],
  },
  {
    source: "PyTorch's MNIST example",
    lines: [
      [
        "Train Epoch: 1 [640/60000 (1%)]\tLoss: 2.300000",
        "epoch=1@0.010666666666666666 train_loss=2.3@0.010666666666666666",
      ],
      [
        "Test set: Average loss: 0.0523, Accuracy: 9830/10000 (98%)",
        "test_average_loss=0.0523@1 test_accuracy=0.983@1",
      ],
    ],
  },
  {
    source: "PyTorch's ImageNet example",
    lines: [
      [
        "Epoch: [0][2500/5000]\tTime  0.123 ( 0.456)\tData  0.001 ( 0.002)\tLoss 6.9e+00 (6.95e+00)\tAcc@1   0.00 (  0.10)",
        "epoch=0@-0.5 loss=6.9@-0.5 acc@1=0@-0.5",
      ],
      ["Test: [ 98/196]\tTime  0.3 ( 0.4)\tLoss 1.5e+00 (1.4e+00)", "test_loss=1.5@-0.5"],
      [" *   Acc@1 69.760 Acc@5 89.080", "acc@1=69.76@0 acc@5=89.08@0"],
    ],
  },
  {
    source: "PyTorch's CIFAR tutorial",
    lines: [
      ["[1,  2000] loss: 2.198", "epoch=1@1 loss=2.198@1"],
      ["Accuracy of the network on the 10000 test images: 54 %", "test_accuracy=54@1"],
      ["Accuracy for class: plane is 60.2 %"],
    ],
  },
  {
    source: "a tutorial's loop",
    lines: [
      ["Epoch [3/50], Step [150/600], Loss: 0.2", "epoch=3@2.25 step=150@2.25 loss=0.2@2.25"],
      ["Epoch 3, loss = 0.1", "epoch=3@3 loss=0.1@3"],
      [
        "epoch=4 | train loss 0.35 | val loss 0.41 | lr 1.0e-03",
        "epoch=4@4 train_loss=0.35@4 val_loss=0.41@4",
      ],
      ["Epoch 5 of 50 finished with val loss 0.3", "epoch=5@5 val_loss=0.3@5"],
      [
        "Epoch #6: Train Loss: 0.5, Acc: 0.8 | Val Loss: 0.4, Acc: 0.9, lr: 0.01",
        "epoch=6@6 train_loss=0.5@6 train_acc=0.8@6 val_loss=0.4@6 val_acc=0.9@6 lr=0.01@6",
      ],
    ],
  },
  {
    source: "a bare fraction",
    lines: [
      ["[3/50] loss: 0.25", "loss=0.25@3"],
      ["validation loss: 0.5", "validation_loss=0.5@-"],
    ],
  },
  {
    source: "steps only",
    lines: [
      ["step 300: train loss 1.9, val loss 2.1", "step=300@300 train_loss=1.9@300 val_loss=2.1@300"],
      ["iter 301: loss 1.5, time 12.5ms", "iter=301@301 loss=1.5@301"],
      ["val_loss: 0.5", "val_loss=0.5@301"],
    ],
  },
  {
    source: "phases in front",
    lines: [
      ["[val] loss: 0.3 acc: 0.8", "val_loss=0.3@- val_acc=0.8@-"],
      ["Train | loss 0.25 | acc 0.9", "train_loss=0.25@- train_acc=0.9@-"],
      ["Validation accuracy: 97.3%", "validation_accuracy=97.3@-"],
      ["Accuracy (val): 0.9, Accuracy (train): 0.95", "accuracy_val=0.9@- accuracy_train=0.95@-"],
      ["Accuracy on the test set: 0.97", "test_accuracy=0.97@-"],
      ["We got a final test accuracy of 97.25 %.", "final_test_accuracy=97.25@-"],
      ["Correct: 49/50", "correct=0.98@-"],
    ],
  },
  {
    source: "Python's logging",
    lines: [
      ["2026-01-02 10:00:00,123 INFO train: loss=0.5", "loss=0.5@-"],
      ["INFO:root:epoch 2: val_loss: 0.5", "epoch=2@2 val_loss=0.5@2"],
      ["[2026-01-02 10:00:00,123][__main__][INFO] - val/loss: 0.25", "val/loss=0.25@2"],
      ["10:00:00 INFO     loss: 0.125                                    train.py:42", "loss=0.125@2"],
    ],
  },
  {
    source: "loguru and glog",
    lines: [
      ["2026-01-02 10:00:00.123 | INFO     | __main__:train:42 - loss: 0.5", "loss=0.5@-"],
      ["I0102 10:00:00.123456  1234 train.py:42] loss=0.25", "loss=0.25@-"],
    ],
  },
  {
    source: "detectron2",
    lines: [
      [
        "[01/02 10:00:00 d2.utils.events]:  eta: 0:12:34  iter: 19  total_loss: 1.8  loss_cls: 0.7  lr: 0.001  max_mem: 2048M",
        "iter=19@19 total_loss=1.8@19 loss_cls=0.7@19 lr=0.001@19",
      ],
    ],
  },
  {
    source: "fastai",
    lines: [
      ["epoch     train_loss  valid_loss  accuracy  time    "],
      [
        "0         0.874000    0.463000    0.850000  00:12     ",
        "epoch=0@0 train_loss=0.874@0 valid_loss=0.463@0 accuracy=0.85@0",
      ],
      [
        "1         0.774000    nan         0.860000  00:12     ",
        "epoch=1@1 train_loss=0.774@1 valid_loss=NaN@1 accuracy=0.86@1",
      ],
    ],
  },
  {
    source: "CSV on standard output",
    lines: [
      ["epoch,train_loss,val_loss"],
      ["1,0.5,0.4", "epoch=1@1 train_loss=0.5@1 val_loss=0.4@1"],
      ["2,4.0e-1,0.3", "epoch=2@2 train_loss=0.4@2 val_loss=0.3@2"],
      ["saved 3 files"],
      ["3,0.4,0.3"],
    ],
  },
  {
    source: "Stable-Baselines3",
    lines: [
      ["------------------------------------"],
      ["| rollout/                |          |"],
      ["|    ep_rew_mean          | 22.1     |", "ep_rew_mean=22.1@-"],
      ["| time/                   |          |"],
      ["|    total_timesteps      | 2048     |", "total_timesteps=2048@2048"],
    ],
  },
  {
    source: "a reinforcement learning loop",
    lines: [
      ["Episode 10 reward 200", "episode=10@10 reward=200@10"],
      ["Episode: 11, Average reward: -12.5", "episode=11@11 average_reward=-12.5@11"],
    ],
  },
  {
    source: "XGBoost",
    lines: [
      [
        "[0]\tvalidation_0-logloss:0.48000\tvalidation_1-rmse:0.5",
        "iteration=0@0 validation_0-logloss=0.48@0 validation_1-rmse=0.5@0",
      ],
      ["[9]\ttrain-rmse:0.10\teval-rmse:0.25", "iteration=9@9 train-rmse=0.1@9 eval-rmse=0.25@9"],
    ],
  },
  {
    source: "LightGBM",
    lines: [
      [
        "[10]\tvalid_0's auc: 0.95\tvalid_0's binary_logloss: 0.1",
        "iteration=10@10 valid_0's_auc=0.95@10 valid_0's_binary_logloss=0.1@10",
      ],
    ],
  },
  {
    source: "CatBoost",
    lines: [
      [
        "10:\tlearn: 0.5123\ttest: 0.6\tbest: 0.6 (10)\ttotal: 50ms\tremaining: 5s",
        "iteration=10@10 learn=0.5123@10 test=0.6@10 best=0.6@10",
      ],
    ],
  },
  {
    source: "scikit-learn's classification report",
    lines: [
      ["              precision    recall  f1-score   support"],
      ["           0       0.97      0.98      0.97        45"],
      ["    accuracy                           0.97       450", "accuracy=0.97@-"],
    ],
  },
  {
    source: "Ultralytics",
    lines: [
      ["      Epoch    GPU_mem   box_loss   cls_loss  Instances       Size"],
      [
        "        1/3      2.5G      1.254      2.313         16        640: 100%|██████████| 8/8 [00:02<00:00,  3.1it/s]",
      ],
      ["metrics/mAP50(B): 0.61, fitness: 0.45", "metrics/map50_b=0.61@- fitness=0.45@-"],
    ],
  },
  {
    source: "values that are not finite",
    lines: [
      ["loss=nan val_loss=inf best=-inf", "loss=NaN@- val_loss=Infinity@- best=-Infinity@-"],
      ["val loss: NaN", "val_loss=NaN@-"],
      ["val loss: -Infinity", "val_loss=-Infinity@-"],
    ],
  },
  {
    source: "coloured output",
    lines: [
      [
        "\u001b]0;training\u0007\u001b[1;32mval_loss\u001b[0m: \u001b[1m0.25\u001b[0m\u001b[K | \u001b[38;5;9macc\u001b[m=\u001b[4m97%\u001b[24m",
        "val_loss=0.25@- acc=97@-",
      ],
    ],
  },
  {
    source: "other separators",
    lines: [
      ["loss -> 0.5", "loss=0.5@-"],
      ["val_loss = 1.5E-3", "val_loss=0.0015@-"],
      ["**rmse**: +0.25", "rmse=0.25@-"],
      ["RMSE was 3.25", "rmse=3.25@-"],
      ["accuracy: 0.95 ± 0.02", "accuracy=0.95@-"],
      ["R²: .875", "r²=0.875@-"],
    ],
  },
  {
    source: "numbers that are no metrics",
    lines: [
      ["http://localhost:6006/ and localhost:6006/ and 127.0.0.1:8080"],
      ["Model saved to ./ckpt/epoch=3-val_loss=0.12.ckpt"],
      ["Model saved to checkpoints/epoch=3-val_loss=0.12.ckpt"],
      ["loading /data/loss=3/part-0001"],
      ["torch==2.1.0 python: 3.11.4 version: 2.1"],
      ["params: 1,234,567 loss: 1,234.5 accuracy: 0,5"],
      ["2026-01-02 10:00:00"],
      ["elapsed: 00:12 speed: 4.8it/s memory: 2.5G"],
      ['  File "/x/train.py", line 12, in <module>'],
      ["Using 8 GPUs, seed 42"],
      ["Total steps: 1000000 done", "total_steps=1000000@-"],
      ["best epoch: 3", "best_epoch=3@-"],
      ["if loss == 3 or loss >= 4:"],
      ["0x1f: 3f"],
    ],
  },
];
